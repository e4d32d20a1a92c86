import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Price {
  readonly id: string;
  readonly what: string;
  readonly price: number;
  readonly unit: string;
  readonly status: 'confirmed' | 'second hand' | 'not confirmed';
  readonly basis: string;
  readonly page: string;
}

export interface PriceList {
  readonly region: string;
  readonly currency: string;
  readonly noted: string;
  readonly prices: readonly Price[];
}

export const priceFile = 'docs/reference/prices.json';

export function readPrices(root: string): PriceList {
  return JSON.parse(readFileSync(join(root, priceFile), 'utf8')) as PriceList;
}

/** The price with this id. Fails for one that nobody has looked up, such as that of another instance type. */
export function priceOf(list: PriceList, id: string): number {
  const found = list.prices.find((one) => one.id === id);
  if (found === undefined) throw new Error(`${priceFile} has no price "${id}". Look it up and add it with its source.`);
  return found.price;
}
