/** The current state, as AWS reports it. */
export interface ReleaseState {
  /** Number of releases that run. */
  readonly running: number;
  /** The newest package of the group that is approved. */
  readonly approved?: string;
  /** Value of the approved-model parameter: an ARN or `none`. */
  readonly parameter: string;
  /** Version that the Serving stack was last deployed with: its parameter in DescribeStacks. */
  readonly deployed: string;
  /** The last version whose release ended well, or `none`. */
  readonly proven: string;
  /** The same two of the parameter that says whether the endpoint is deployed or removed. @default it is never removed */
  readonly endpoint?: { readonly parameter: string; readonly deployed: string };
  readonly stackStatus: string;
  /** Releases of that package that this reconciler has started within a day. */
  readonly attempts: number;
}

export interface Repair {
  /** Value to write into the parameter first. */
  readonly parameter?: string;
  /** Value to write into the endpoint's state first. */
  readonly endpointState?: string;
  readonly release?: { readonly packageArn: string; readonly rollback: boolean };
  /** The state needs a person to repair it. */
  readonly needsPerson: boolean;
  readonly why: string;
}

/** A release that failed three times needs a person, not a fourth try. */
export const mostAttempts = 3;

const ready = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE']);

/**
 * The newest approved version should be live (docs/decisions/0005-newest-approved-is-live.md). An event can get lost, and
 * an execution can be stopped between two writes. Nothing retries then, so only a comparison finds it.
 */
export function reconcile(state: ReleaseState): Repair {
  const { approved, deployed, stackStatus } = state;
  const wait = (why: string): Repair => ({ needsPerson: false, why });
  const askPerson = (why: string): Repair => ({ needsPerson: true, why });
  if (state.running > 0) return wait('a release is running');
  if (stackStatus.endsWith('_IN_PROGRESS')) return wait(`the Serving stack is in ${stackStatus}`);
  if (!ready.has(stackStatus))
    return askPerson(`the Serving stack is in ${stackStatus}: continue its rollback or deploy it by hand`);

  // While nothing runs, parameter and stack agree, unless a release died between writing the two. The stack is right.
  const { endpoint } = state;
  const repair = {
    ...(state.parameter === deployed ? {} : { parameter: deployed }),
    // The same for a command that died between writing the endpoint's state and updating the stack.
    ...(endpoint === undefined || endpoint.parameter === endpoint.deployed ? {} : { endpointState: endpoint.deployed }),
  };
  const put =
    (state.parameter === deployed
      ? ''
      : `the parameter said ${nameOf(state.parameter)}, the stack serves ${nameOf(deployed)}; `) +
    (endpoint === undefined || endpoint.parameter === endpoint.deployed
      ? ''
      : `the parameter said that the endpoint is ${endpoint.parameter}, but it is ${endpoint.deployed}; `);
  if (approved === undefined && deployed !== 'none') {
    return {
      ...repair,
      needsPerson: true,
      why: `${put}${nameOf(deployed)} serves, but no version is approved: approve one, or remove the endpoint`,
    };
  }
  if (approved === undefined || (approved === deployed && approved === state.proven))
    return { ...repair, needsPerson: false, why: `${put}what is approved is what serves` };
  // A release that died after its update left a version that was not tested. Releasing it again tests it, because there
  // is nothing left to update.
  const gap =
    approved === deployed
      ? `${put}${nameOf(approved)} serves and was never tested`
      : `${put}${nameOf(approved)} is approved, ${nameOf(deployed)} serves`;
  if (state.attempts >= mostAttempts)
    return {
      ...repair,
      needsPerson: true,
      why: `${gap}, and ${mostAttempts} releases of it within a day did not change that`,
    };
  // After a rollback the newer versions are rejected. The release accepts an older version only if it is marked as a
  // rollback.
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
