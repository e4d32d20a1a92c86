/** What is so right now, as AWS says it. */
export interface ReleaseState {
  /** Releases that run. */
  readonly running: number;
  /** The newest package of the group that is approved. */
  readonly approved?: string;
  /** What the approved-model parameter says: an ARN or `none`. */
  readonly parameter: string;
  /** What the Serving stack was last deployed with (its parameter, by DescribeStacks). */
  readonly deployed: string;
  /** The last version whose release ended well, or `none`. */
  readonly proven: string;
  /** The same two about the parameter that says whether the endpoint is awake or asleep. @default it never sleeps */
  readonly endpoint?: { readonly parameter: string; readonly deployed: string };
  readonly stackStatus: string;
  /** Releases of that package that this reconciler has started within a day. */
  readonly attempts: number;
}

export interface Repair {
  /** Value that the parameter must get first. */
  readonly parameter?: string;
  /** Value that the endpoint's state must get first. */
  readonly endpointState?: string;
  readonly release?: { readonly packageArn: string; readonly rollback: boolean };
  /** Nothing that can be repaired without a person. */
  readonly needsPerson: boolean;
  readonly why: string;
}

/** What fails three times does not fail for want of a fourth. */
export const mostAttempts = 3;

const ready = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']);

/**
 * The live model ought to be the newest approved version. EventBridge delivers an approval at least once or, at worst,
 * never; an execution may be stopped between its two writes. Neither leaves a trace that retries: only a comparison of
 * what is with what ought to be finds it.
 */
export function reconcile(state: ReleaseState): Repair {
  const { approved, deployed, stackStatus } = state;
  const wait = (why: string): Repair => ({ needsPerson: false, why });
  const tell = (why: string): Repair => ({ needsPerson: true, why });
  if (state.running > 0) return wait('a release is running');
  if (stackStatus.endsWith('_IN_PROGRESS')) return wait(`the Serving stack is in ${stackStatus}`);
  if (!ready.has(stackStatus))
    return tell(`the Serving stack is in ${stackStatus}: continue its rollback or deploy it by hand`);

  // With nobody at work the two agree, unless a release died between them. The stack is what really serves.
  const { endpoint } = state;
  const repair = {
    ...(state.parameter === deployed ? {} : { parameter: deployed }),
    // The same for who was ended between putting the endpoint to sleep, or waking it, and the update that does it.
    ...(endpoint === undefined || endpoint.parameter === endpoint.deployed ? {} : { endpointState: endpoint.deployed }),
  };
  const put =
    (state.parameter === deployed
      ? ''
      : `the parameter said ${nameOf(state.parameter)}, the stack serves ${nameOf(deployed)}; `) +
    (endpoint === undefined || endpoint.parameter === endpoint.deployed
      ? ''
      : `the endpoint was said to be ${endpoint.parameter}, it is ${endpoint.deployed}; `);
  if (approved === undefined && deployed !== 'none') {
    return {
      ...repair,
      needsPerson: true,
      why: `${put}${nameOf(deployed)} serves, but no version is approved: approve one, or take the endpoint down`,
    };
  }
  if (approved === undefined || (approved === deployed && approved === state.proven))
    return { ...repair, needsPerson: false, why: `${put}what is approved is what serves` };
  // A release that died after its update left a version that nobody judged. To release it again is to judge it: there
  // is nothing left to update.
  const gap =
    approved === deployed
      ? `${put}${nameOf(approved)} serves and was never judged`
      : `${put}${nameOf(approved)} is approved, ${nameOf(deployed)} serves`;
  if (state.attempts >= mostAttempts)
    return {
      ...repair,
      needsPerson: true,
      why: `${gap}, and ${mostAttempts} releases of it within a day did not change that`,
    };
  // A person who went back has rejected what was newer; the release machine takes an older version only when it is told
  // so.
  const rollback = [deployed, state.proven].some((one) => one !== 'none' && versionOf(approved) < versionOf(one));
  return { ...repair, release: { packageArn: approved, rollback }, needsPerson: false, why: gap };
}

/** ...:model-package/<group>/<version> */
export function versionOf(packageArn: string): number {
  return Number(packageArn.split('/')[2]);
}

function nameOf(packageArn: string): string {
  return packageArn === 'none' ? 'no model' : `version ${versionOf(packageArn)}`;
}
