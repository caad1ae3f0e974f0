// Every page works without this: it adds dialogs, menus by keyboard, comparison while typing, copying and live pages.
import { compare } from "./compare.js";
import { copy } from "./copy.js";
import { dialogs } from "./dialogs.js";
import { guard } from "./guard.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { menus } from "./menus.js";
import { selection } from "./selection.js";

const enhance = (root) => {
  compare(root);
  copy(root);
  guard(root);
};

enhance(document);
menus();
dialogs(enhance);
selection();
keys();
live(enhance);
