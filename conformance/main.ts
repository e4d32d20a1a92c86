import { exitWith } from '../rehearsal/command-line';
import { runCli } from './cli';

exitWith(runCli(process.argv.slice(2)));
