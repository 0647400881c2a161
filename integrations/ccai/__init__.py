"""Google CCAI Platform (UJET): Apps API and Manager API. Its page: ccai_calls.txt."""
