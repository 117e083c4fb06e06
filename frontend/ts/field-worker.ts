import "./field/worker";
