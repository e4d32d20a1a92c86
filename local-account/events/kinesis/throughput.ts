/**
 * "Each shard can support writes up to 1,000 records per second, up to a maximum data write total of 1 MiB per second"
 * (PutRecords).
 */
const WRITE_RECORDS = 1_000;
const WRITE_BYTES = 1024 * 1024;
/**
 * "Each shard can support reads up to five transactions per second, up to a maximum data read total of 2 MiB per
 * second" (CreateStream).
 */
const READ_CALLS = 5;
const READ_BYTES = 2 * 1024 * 1024;

/** What a shard may still take and give in the second at hand, of virtual time. */
export class Throughput {
  private readonly written = new Second();
  private readonly read = new Second();
  private readableAt = 0;

  /** Whether there is room for the record; if so, it is counted. */
  writes(bytes: number, now: number): boolean {
    const { written } = this;
    written.at(now);
    if (written.number >= WRITE_RECORDS || written.bytes + bytes > WRITE_BYTES) return false;
    written.add(bytes);
    return true;
  }

  /** Whether one more read may begin. */
  mayRead(now: number): boolean {
    this.read.at(now);
    return now >= this.readableAt && this.read.number < READ_CALLS && this.read.bytes < READ_BYTES;
  }

  /**
   * A read has given so much. "The maximum size of data that GetRecords can return is 10 MiB. If a call returns this
   * amount of data, subsequent calls made within the next 5 seconds throw" (GetRecords): a second's share by a second.
   */
  gave(bytes: number, now: number): void {
    this.read.at(now);
    this.read.add(bytes);
    if (bytes > READ_BYTES) this.readableAt = now + (bytes / READ_BYTES) * 1000;
  }
}

/** How much there was in one second. */
class Second {
  private second = 0;
  number = 0;
  bytes = 0;

  at(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.second) return;
    this.second = second;
    this.number = 0;
    this.bytes = 0;
  }

  add(bytes: number): void {
    this.number += 1;
    this.bytes += bytes;
  }
}
