/** A file of the documentation that is computed and never edited. */
export interface GeneratedDocument {
  /** Path from the repository's root. */
  readonly path: string;
  /** The whole text of the file; the same sources give the same text. */
  render(root: string): string | Promise<string>;
}
