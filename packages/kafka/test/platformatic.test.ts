import { busSuite } from './bus-suite.ts';

busSuite({ client: '@platformatic/kafka' });
