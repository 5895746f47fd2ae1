"""The container of safetensors, without the package of that name: it knows no bfloat16 in numpy."""
