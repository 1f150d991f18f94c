"""From a request to evidence: everything is read here, in a fixed order, before any rule runs."""
