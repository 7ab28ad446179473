print("completion-kit")
