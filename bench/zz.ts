import { writeInputs } from './inputs.ts';
await writeInputs('/tmp/bi');
