/**
 * What kind of thing went wrong: `NOT_FOUND`, what was asked about is not there; `BAD_REQUEST`, what was asked for cannot
 * be; `NOT_WRITTEN`, a file could not be saved.
 */
export type ErrorForPeopleCode = 'NOT_FOUND' | 'BAD_REQUEST' | 'NOT_WRITTEN';

/**
 * An error whose message is written for people: it says what happened and what to do, and holds no key and no body. The
 * doors pass it on as it is, with its code; every other error leaves them as "Internal error".
 */
export class ErrorForPeople extends Error {
  override readonly name: string = 'ErrorForPeople';
  readonly code: ErrorForPeopleCode;

  constructor(code: ErrorForPeopleCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
