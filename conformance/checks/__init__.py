"""The product: `check_*.py` hold functions `check_*`, each a check with an id and a sentence.

The words they are written in: `expect` judges, `service` gives what is needed to judge, `twins`
show that a refusal is about the mutation and nothing else.
"""
