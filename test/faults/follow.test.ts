import { playTroubles } from './suite.ts';

playTroubles('follow');
