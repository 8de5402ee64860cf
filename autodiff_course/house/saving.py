"""What JupyterLab does before it saves a lesson that course.py has opened."""


def forget_version(model, **_):
    """Drop the version of Python from a notebook that is about to be saved.

    JupyterLab writes it into every notebook that it opens and saves that two minutes
    later: without this hook, a lesson that was only read would count as changed.
    """
    if model["type"] == "notebook" and model.get("content"):
        language = model["content"].get("metadata", {}).get("language_info", {})
        language.pop("version", None)
