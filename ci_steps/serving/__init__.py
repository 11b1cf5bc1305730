"""The runtime that goes into the image: one model, behind one contract, over HTTP."""
