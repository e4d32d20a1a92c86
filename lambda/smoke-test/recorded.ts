/**
 * recorded-requests.json contains flights that left Kennedy airport in July 2013, in random order: thirty evening flights
 * that were disrupted, and thirty morning flights that were not. They are clear cases on purpose. A model that cannot
 * tell them apart is broken; the pipeline has measured how good it is with the others.
 */

/** A past flight with its known outcome: the request as a client sends it, and what happened. */
export interface RecordedFlight {
  readonly flightId: string;
  /** Values in the order of `columns`; an empty string is a missing value. */
  readonly values: readonly string[];
  readonly disrupted: boolean;
}

export interface Recording {
  /** The feature contract's columns, in the order of a CSV request. */
  readonly columns: readonly string[];
  readonly flights: readonly RecordedFlight[];
}

export function toCsv(flights: readonly RecordedFlight[]): string {
  return flights.map((flight) => flight.values.map(quote).join(',')).join('\n') + '\n';
}

export function toJson(recording: Recording, flights: readonly RecordedFlight[]): string {
  const instances = flights.map((flight) =>
    Object.fromEntries(recording.columns.map((column, at) => [column, jsonValue(flight.values[at] ?? '')])),
  );
  return JSON.stringify({ instances });
}

function quote(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function jsonValue(value: string): string | number | null {
  if (value === '') return null;
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
