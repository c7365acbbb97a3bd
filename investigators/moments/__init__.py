"""Times as numbers: in which unit a column counts since an epoch, and on which clock it is."""
