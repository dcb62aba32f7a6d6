// What optimizers remember: numbers for every number that training changes. The number itself and its gradient are not among them.

export const REMEMBERED = { sgd: 0, momentum: 1, adam: 2, adamw: 2 } as const;

export type Optimizer = keyof typeof REMEMBERED;

export const OPTIMIZERS = Object.keys(REMEMBERED) as readonly Optimizer[];
