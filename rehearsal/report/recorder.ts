import type { PlatformHost } from 'local-account/gateway/platform-host';
import type { AccountEvent, AlarmChange, Denial } from './report-data';

/** Records alarm changes from the start of a rehearsal, and reads denials and events at its end. */
export class Recorder {
  private readonly changes: AlarmChange[] = [];

  constructor(private readonly host: PlatformHost) {
    host.onEvent((event) => {
      if (event.source !== 'aws.cloudwatch' || event['detail-type'] !== 'CloudWatch Alarm State Change') return;
      const detail = event.detail as {
        readonly alarmName?: string;
        readonly state?: { readonly value?: string; readonly reason?: string };
        readonly previousState?: { readonly value?: string };
      };
      this.changes.push({
        at: new Date(host.platform.clock.now()).toISOString(),
        name: detail.alarmName ?? '',
        from: detail.previousState?.value ?? '',
        to: detail.state?.value ?? '',
        reason: detail.state?.reason ?? '',
      });
    });
  }

  get alarms(): readonly AlarmChange[] {
    return this.changes;
  }

  /** Denied calls; equal ones are counted as one entry. */
  get denials(): Denial[] {
    const found = new Map<string, Denial>();
    for (const { at, principal, action, resource, allowed, reason } of this.host.decisions) {
      if (allowed) continue;
      const key = [principal, action, resource, reason].join(' ');
      const known = found.get(key);
      found.set(
        key,
        known === undefined
          ? { principal, action, resource, reason, times: 1, firstAt: new Date(at).toISOString() }
          : { ...known, times: known.times + 1 },
      );
    }
    return [...found.values()];
  }

  get events(): AccountEvent[] {
    return this.host.eventLog.map(({ at, kind, summary }) => ({ at: new Date(at).toISOString(), kind, summary }));
  }
}
