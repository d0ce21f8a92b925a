import { playTroubles } from '../faults/suite.ts';

playTroubles('follow');
