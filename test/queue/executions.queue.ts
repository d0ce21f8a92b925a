// Executions in queue mode, on one cluster: many at once, asleep while n8n's processes restart, running while workers end; and
// callbacks while its servers are away.
import { after } from 'node:test';
import './callbacks.ts';
import './restarts.ts';
import './crashes.ts';
import './outages.ts';
import { closeCluster } from './sharedCluster.ts';

after(closeCluster);
