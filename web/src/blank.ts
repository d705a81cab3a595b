/**
 * White space, controls, what Unicode says to leave undrawn (fillers, joiners, marks of direction, tags), and two letters
 * that are drawn empty: a blank of Braille and a note without a head. The server's `text::is_blank` knows the same.
 */
const BLANK = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]*$/u;

/** Whether a text leaves no mark on the screen. The server refuses such a message and such a name of a room. */
export const isBlank = (text: string): boolean => BLANK.test(text);
