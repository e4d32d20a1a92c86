import type { Platform } from '../../platform';
import type { Stream } from './stream';
import type { StreamMetrics } from './stream-metrics';

/** What the operations work with. */
export interface StreamAccess {
  readonly platform: Platform;
  readonly metrics: StreamMetrics;
  /** Records have come. */
  readonly arrived: (stream: Stream) => void;
}
