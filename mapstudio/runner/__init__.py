"""Runner: evaluate, plan, write, and the state that makes a repeated run safe."""
