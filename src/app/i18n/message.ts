/** A sentence with `{name}` places, or one per plural form of its `{count}`. */
export type Message = string | { readonly one: string; readonly other: string };
/** A catalogue in another language has every key of this part of the English one, and no other. */
export type Translation<Part> = { readonly [Key in keyof Part]: Message };
