/** Fn::Cidr: the first `count` subnets of an IPv4 block, each with `bits` host bits. */
export function cidrBlocks(block: string, count: number, bits: number): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  const octets = match?.slice(1, 5).map(Number) ?? [];
  const prefix = Number(match?.[5]);
  if (!match || prefix > 32 || octets.some((octet) => octet > 255)) {
    throw new Error(`Fn::Cidr: "${block}" is no IPv4 block`);
  }
  if (!Number.isInteger(count) || count < 1 || count > 256) {
    throw new Error(`Fn::Cidr: the count must be 1 to 256, not ${count}`);
  }
  if (!Number.isInteger(bits) || bits < 0 || bits > 32 - prefix || count > 2 ** (32 - prefix - bits)) {
    throw new Error(`Fn::Cidr: ${block} does not hold ${count} blocks of ${bits} host bits`);
  }
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const base = address - (address % 2 ** (32 - prefix));
  return Array.from({ length: count }, (_, index) => `${dotted(base + index * 2 ** bits)}/${32 - bits}`);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
