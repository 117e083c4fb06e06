// Enhancement only: every page of the office web works without this file.
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { drafts } from "./draft";
import { once } from "./forms";
import { idle } from "./idle";
import { ink } from "./ink";
import { menu } from "./menu";
import { picking } from "./picking";
import { print } from "./print";
import { shortcuts } from "./shortcuts";
import { similar } from "./similar";
import { tiles } from "./tiles";

document.body.classList.add("govuk-frontend-supported");
for (const root of document.querySelectorAll('[data-module="govuk-password-input"]')) new PasswordInput(root);
for (const root of document.querySelectorAll('[data-module="govuk-error-summary"]')) new ErrorSummary(root);
menu();
shortcuts();
tiles();
similar();
ink();
picking();
drafts();
idle();
print();
once();
