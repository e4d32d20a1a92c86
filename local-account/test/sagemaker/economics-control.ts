import { startControl } from '../../control';
import type { Workbench } from './workbench';

/** Asks the account's control for spot instances, as another process does. */
export async function moveControl(bench: Workbench, query: string): Promise<void> {
  const control = await startControl(bench.clock, { interruptSpot: bench.service.interruptSpot });
  try {
    const response = await fetch(`${control.url}/spot?${query}`, { method: 'POST' });
    if (!response.ok) throw new Error(await response.text());
  } finally {
    await control.close();
  }
}
