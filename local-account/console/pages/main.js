import { consolePages, openApp } from './app.js';
import { live } from './core/live.js';

openApp(consolePages);
live.start();
