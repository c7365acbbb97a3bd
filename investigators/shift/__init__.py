"""Statistics of a change of scale: densities of ln|x|, scan over segments and time, naming.

Research basis: patches between two tables (Sutton, Hobson, Geddes, Caruana: Data Diff, KDD 2018),
finite mixtures fitted by EM, maximum-sum windows (Bentley 1984), profile likelihood for a change
point.  Put together so that a change of *part* of the traffic is found with its segment and onset.
"""
