import { createHash } from 'node:crypto';

const wordsOfAnId = 4;

/**
 * Set of ids, with 16 bytes for each in a table that is at most half full. A JavaScript Set would keep each string and
 * the line that it is a slice of: about 180 MB for a file with a million short ids. The entries are the first 128 bits
 * of SHA-256; the probability that two of a million ids share them is 10^-27.
 */
export class IdSet {
  private size = 0;
  /** Open addressing; four zeros mark a free place. */
  private table = new Uint32Array(1024 * wordsOfAnId);

  /** Returns false when the set contains the id already. */
  add(id: string): boolean {
    const words = wordsOf(id);
    const place = this.placeOf(words);
    if (this.taken(place)) return false;
    this.table.set(words, place);
    this.size += 1;
    if (this.size * 2 * wordsOfAnId > this.table.length) this.grow();
    return true;
  }

  has(id: string): boolean {
    return this.taken(this.placeOf(wordsOf(id)));
  }

  private taken(place: number): boolean {
    return this.table.subarray(place, place + wordsOfAnId).some((word) => word !== 0);
  }

  /** Index of these words, or of the free place for them. */
  private placeOf(words: Uint32Array): number {
    const places = this.table.length / wordsOfAnId;
    for (let at = (words[0] ?? 0) & (places - 1); ; at = (at + 1) & (places - 1)) {
      const place = at * wordsOfAnId;
      if (!this.taken(place) || words.every((word, offset) => this.table[place + offset] === word)) return place;
    }
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(old.length * 2);
    for (let place = 0; place < old.length; place += wordsOfAnId) {
      const words = old.subarray(place, place + wordsOfAnId);
      if (words.some((word) => word !== 0)) this.table.set(words, this.placeOf(words));
    }
  }
}

function wordsOf(id: string): Uint32Array {
  const digest = createHash('sha256').update(id).digest();
  return Uint32Array.from({ length: wordsOfAnId }, (_, at) => digest.readUInt32LE(at * 4));
}
