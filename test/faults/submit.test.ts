import { playTroubles } from './suite.ts';

playTroubles('submit');
