import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { packAll } from './packed.ts';

/** Packs once for all tests of packages. */
export default async (project: TestProject) => {
  const outside = await packAll();
  project.provide('outside', outside);
  return () => rm(outside, { recursive: true, force: true });
};
