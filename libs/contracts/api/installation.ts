/** Where the installation lives and what its file says, as far as other contexts need it. */
export interface Installation {
  readonly tenantId: string;
  readonly paths: { readonly dataFolder: string; readonly mailFolder: string | undefined; readonly uploads: string };
  readonly publicUrl: string;
  /** At most ten registered test recipients; never shown in a log. */
  readonly testRecipients: readonly string[];
  readonly connections: number;
  readonly checkpointMirror: string | undefined;
}
