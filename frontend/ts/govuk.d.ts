// GOV.UK Frontend ships no type declarations; only what is used here is declared.
declare module "govuk-frontend/dist/govuk/components/*" {
  export class PasswordInput {
    constructor(root: Element);
  }
  export class ErrorSummary {
    constructor(root: Element);
  }
}
