def worker_is_alive():
    raise NotImplementedError
