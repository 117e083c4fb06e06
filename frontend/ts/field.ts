import { begin } from "./field/app";

begin();
