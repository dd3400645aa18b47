/** Name of the tag with which every job of a run can be found. */
export const RUN_TAG = 'omnidistill:run';

/** Name of the tag that everything of a stack carries: its resources, its machines and its jobs. */
export const STACK_TAG = 'omnidistill:stack';
