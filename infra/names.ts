/** `prepare` as the id of a construct: `Prepare`. */
export const capitalised = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;
