"""A few calls of each agent, picked each week with a reason, looked at by a supervisor and answered by the agent."""
