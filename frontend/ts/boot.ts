// Runs in <head> before the first paint, so that what a script will fold is never seen unfolded.
document.documentElement.classList.add("js");
