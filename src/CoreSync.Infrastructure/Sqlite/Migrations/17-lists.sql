-- Which target cores are in a state of trust: asked with every page of the console, where certificates of thousands of targets must not be read for it.
CREATE INDEX trust_by_state ON trust (state, target);
