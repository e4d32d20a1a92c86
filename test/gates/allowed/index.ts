import { alarms } from './alarms';
import type { AllowedType, AllowedTypes } from './allowed-type';
import { costs } from './costs';
import { events } from './events';
import { functions } from './functions';
import { images } from './images';
import { lakeCatalog } from './lake-catalog';
import { logs } from './logs';
import { messages } from './messages';
import { monitors } from './monitors';
import { network } from './network';
import { roles } from './roles';
import { serving } from './serving';
import { stateMachineTypes } from './state-machines';
import { storage } from './storage';
import { streaming } from './streaming';
import { training } from './training';

/** The lists, by the file to add an entry to. */
const files: Readonly<Record<string, AllowedTypes>> = {
  'alarms.ts': alarms,
  'costs.ts': costs,
  'events.ts': events,
  'functions.ts': functions,
  'images.ts': images,
  'lake-catalog.ts': lakeCatalog,
  'logs.ts': logs,
  'messages.ts': messages,
  'monitors.ts': monitors,
  'network.ts': network,
  'roles.ts': roles,
  'serving.ts': serving,
  'state-machines.ts': stateMachineTypes,
  'storage.ts': storage,
  'streaming.ts': streaming,
  'training.ts': training,
};

export const folder = 'test/gates/allowed';

const byType = new Map(
  Object.entries(files).flatMap(([file, types]) =>
    Object.entries(types).map(([type, one]) => [type, { ...one, file: `${folder}/${file}` }] as const),
  ),
);

export function allowedType(type: string): (AllowedType & { readonly file: string }) | undefined {
  return byType.get(type);
}
