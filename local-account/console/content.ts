import type { TracedCall } from '../iam/authorizer';

/**
 * What a project tells the console about itself. The console knows AWS only: which stacks belong together, what an alarm
 * asks of a person and what a request contains is the project's to say.
 */
export interface ConsoleContent {
  /** Name of the project. */
  readonly title: string;
  /** Parts of the architecture, in the order in which data flows. @default one for each stack */
  readonly stages?: readonly Stage[];
  /** What flows from stage to stage. @default none */
  readonly flows?: readonly { readonly from: string; readonly to: string; readonly label: string }[];
  /** What to do about an alarm. @default none */
  readonly runbooks?: readonly Runbook[];
  /** What a learner may look up here. @default none */
  readonly topics?: readonly Topic[];
  /** Fields of a request to the endpoint. @default a prediction takes a body as text */
  readonly request?: RequestForm;
  /** The stack output with the role that approves model packages. @default the caller approves */
  readonly approverRole?: OutputName;
  /** Stack outputs with the state machine that releases a version. @default none */
  readonly releaseStateMachine?: OutputName;
  /** How a person rolls back to an earlier version. @default nothing is said */
  readonly rollback?: string;
  /** Objects with the results of monitoring. @default none */
  readonly monitoring?: MonitoringFiles;
  /** Objects that were refused, with the reason beside them. @default none */
  readonly quarantine?: { readonly bucket: OutputName; readonly prefix: string };
  /** USD for an hour of an instance. @default the console shows no cost */
  readonly prices?: Prices;
}

/** USD by instance type, such as ml.m5.large. A price that is missing is shown as unknown. */
export interface Prices {
  readonly hosting: Readonly<Record<string, number>>;
  readonly training?: Readonly<Record<string, number>>;
  readonly processing?: Readonly<Record<string, number>>;
  readonly transform?: Readonly<Record<string, number>>;
  readonly source: string;
}

export interface OutputName {
  readonly stack: string;
  readonly output: string;
}

export interface Stage {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Name of its stack. */
  readonly stack: string;
}

export interface Runbook {
  /** What an alarm's description calls it, such as its path. */
  readonly name: string;
  readonly title: string;
  /** Markdown; shown as text. */
  readonly text: string;
}

export interface Topic {
  readonly id: string;
  readonly section: string;
  readonly label: string;
  readonly question: string;
  readonly answer: string;
  /** Files that show it, with the line. */
  readonly shownBy: readonly string[];
}

export interface RequestForm {
  readonly contentType: string;
  /** In the order of the request's columns. */
  readonly fields: readonly RequestField[];
}

export interface RequestField {
  readonly name: string;
  readonly type: 'text' | 'number' | 'choice';
  readonly description?: string;
  /** For a choice. */
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** What the form shows first. */
  readonly example: string;
}

/** In the published formats of SageMaker Model Monitor. */
export interface MonitoringFiles {
  readonly bucket: OutputName;
  /** Key prefix below which each run has a folder. */
  readonly prefix: string;
}

/** What of a project the console calls. */
export interface ConsoleProject {
  /** Read whenever a browser opens the console: a project may be deployed meanwhile. */
  content(): Promise<ConsoleContent>;
  /** Why a call was denied. @default the authorizer's reason */
  explainDenial?(call: TracedCall): readonly string[];
}
