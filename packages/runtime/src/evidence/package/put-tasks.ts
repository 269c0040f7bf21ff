import type { StoreReads } from '../../store/store.ts';
import type { TaskRow, TaskStep } from '../../store/tasks.ts';
import { canonicalJson } from '../canonical.ts';
import type { PackageFolder } from './folder.ts';

/** A correction with everything that happened to it. */
export interface ExportedTask extends TaskRow {
  readonly history: readonly TaskStep[];
}

/** Corrections of one slot, oldest member first. */
export const tasksOf = async (read: StoreReads, submission: string): Promise<readonly ExportedTask[]> =>
  Promise.all(
    (await read.tasksOf([submission])).map(async (task) => ({ ...task, history: await read.taskSteps(task.id) })),
  );

/** The names stand in canonical order, so that a step written again without spaces gives the bytes whose hash is in the chain. */
export const putTasks = (folder: PackageFolder, path: string, tasks: readonly ExportedTask[]): string =>
  folder.put(path, `${JSON.stringify(JSON.parse(canonicalJson(tasks)), null, 2)}\n`);
