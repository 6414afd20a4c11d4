import { SetMetadata } from '@nestjs/common';

export const TAG_KEY = 'outright:tag';
export const UPLOAD_KEY = 'outright:upload';

/** A body that is a streamed file, and the headers that say more of it. */
export interface Upload {
  readonly types: readonly string[];
  readonly description: string;
  readonly headers?: readonly { readonly name: string; readonly description: string }[];
}

/** The group of the OpenAPI page that a controller's routes stand in, where it is not the controller's name. */
export const Tagged = (tag: string): ClassDecorator => SetMetadata(TAG_KEY, tag);

/** Says what a route takes that no schema parses. Headers are base64 text. */
export const Takes = (upload: Upload): MethodDecorator => SetMetadata(UPLOAD_KEY, upload);
