import { z } from 'zod';
import type { NetChange, NetSettings } from './nets.ts';

interface RoleEntry {
  /** Whose net it is: the run's (`net`) or the student's (`student.net`). */
  readonly net: 'run' | 'student';
  /** Has seen the mined set, so that there is another one of it in every round. */
  readonly ofRound: boolean;
}

/**
 * What a network is trained as. A `fold` is a primitive that leaves out a part of the labelled set, which then tells how sure one can
 * be; its seed is the number of that part. `control` is the student's recipe on labelled images alone. The `consistent` ones go
 * on from student and control by consistency training. The `noisy` ones are fresh nets that learn what all of those say of varied
 * images. A `gate` tells images of the task from junk, a `backbone` is a linear head on somebody else's model; there is one of each.
 */
export const ROLES = {
  primitive: { net: 'run', ofRound: false },
  fold: { net: 'run', ofRound: false },
  gate: { net: 'run', ofRound: false },
  backbone: { net: 'run', ofRound: false },
  control: { net: 'student', ofRound: false },
  student: { net: 'student', ofRound: true },
  consistent: { net: 'student', ofRound: true },
  'consistent-control': { net: 'student', ofRound: false },
  noisy: { net: 'student', ofRound: true },
  'noisy-control': { net: 'student', ofRound: false },
} as const satisfies Record<string, RoleEntry>;

export type Role = keyof typeof ROLES;
export const Role = z.enum(Object.keys(ROLES) as [Role, ...Role[]]);

/** The settings that tell the nets of a run. */
interface RunNets {
  readonly net: NetSettings;
  readonly student: { readonly net?: NetChange | undefined };
}

/** The net that a role is trained with: a student may be wider than the primitives, or another net altogether. */
export function netOfRole({ net, student }: RunNets, role: Role): NetSettings {
  if (ROLES[role].net === 'run') return net;
  return { name: student.net?.name ?? net.name, width: student.net?.width ?? net.width };
}
