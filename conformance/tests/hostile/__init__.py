"""Tests against targets that mean harm: nothing crashes, hangs or leaks, and reports stay safe."""
