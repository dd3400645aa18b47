"""What LocalStack 4.14 lacks for the omnidistill stack: Batch, its CloudFormation types, and Lambda without Docker.

LocalStack finds it through PYTHONPATH and the dist-info folder beside this package; nothing is installed.
"""
