//! Codes of the family `files`.

use super::codes;

codes! {
    UNREADABLE = "E0701" Error "file cannot be read" {
        explanation: "The file is there, but the system does not let us read it, or reading it failed. Nothing is judged on a part of a \
            project: what stands in the file that was not read might be the very flow that breaks a promise.",
        example: "notice study-notice \"About the study\" {\n  text \"notice.md\"   # notice.md may be read by its owner only\n}",
        remedy: "Give the file read permission for whoever runs the check, or take it out of the project.",
    }
    NOT_UTF8 = "E0702" Error "file is not UTF-8 text" {
        explanation: "Models, settings and notices are text in UTF-8. The file holds bytes that are none, so it is either in an older \
            encoding (such as Windows-1252 or UTF-16) or not a text at all.",
        example: "notice study-notice \"About the study\" {\n  text \"notice.docx\"\n}",
        remedy: "Save the file as UTF-8 (most editors offer it under \"Save as\"); save a Word document's words as a text or Markdown file.",
    }
    TOO_LARGE = "E0703" Error "file is too large" {
        explanation: "A file may have 64 MB, the text of a notice 8 MB, and all files of a project together 4 GB. A larger one is not read at all, so that a wrong file \
            cannot stop the machine.",
        example: "notice study-notice \"About the study\" {\n  text \"database-dump.sql\"\n}",
        remedy: "Name the file that was meant, or split the model into several files: all `.staunch` files of a project are one model.",
    }
    TOO_MANY_FILES = "E0704" Error "too many files" {
        explanation: "A project may have 100,000 `.staunch` files. More are most likely found because the check was started in the wrong \
            folder.",
        example: "staunch check /",
        remedy: "Start the check in the project's own folder.",
    }
    OUTSIDE = "E0705" Error "path leaves the project" {
        explanation: "A project reads its own files only, so that checking somebody else's model never opens a file of yours. The path leads \
            out of the project's folder: it begins with `/`, goes up with `..` too far, or is a link that points elsewhere.",
        example: "notice study-notice \"About the study\" {\n  text \"../../elsewhere/notice.md\"\n}",
        remedy: "Copy the file into the project and name it there.",
    }
    NOT_FOUND = "E0706" Error "file is not there" {
        explanation: "A file that the project names does not exist. The path counts from the folder of the file that names it (for \
            `staunch.yaml`, the project's folder). Capital letters count.",
        example: "notice study-notice \"About the study\" {\n  text \"notise.md\"\n}",
        remedy: "Correct the path, or add the file.",
    }
    NOT_A_FILE = "E0707" Error "not a file" {
        explanation: "A file is wanted and there is a folder, a pipe or a device of that name. Only plain files are read.",
        example: "notice study-notice \"About the study\" {\n  text \"notices\"   # a folder\n}",
        remedy: "Name a file in the folder.",
    }
    LINK_LOOP = "E0708" Error "link leads back to itself" {
        explanation: "The name is a symbolic link that ends nowhere, because the links on its way lead round in a circle.",
        example: "ln -s model.staunch model.staunch",
        remedy: "Remove the link, or let it point to a file in the project.",
    }
    FOLDER_UNREADABLE = "E0709" Error "folder cannot be read" {
        explanation: "A folder of the project cannot be listed. There may be `.staunch` files in it, and nothing is judged on a part of a \
            project.",
        example: "chmod 000 departments",
        remedy: "Give the folder read permission for whoever runs the check, or name it in `.gitignore` if it is no part of the project.",
    }
    SETTINGS_MISNAMED = "W0701" Warning "settings file under another name" {
        explanation: "The project's folder has a file that looks like its settings, but only `staunch.yaml` is read.",
        example: "staunch.yml",
        remedy: "Rename it to `staunch.yaml`.",
    }
    FOLDER_LINK_OUT = "W0702" Warning "linked folder is not read" {
        explanation: "A symbolic link leads to a folder outside the project. It is not followed: files in it are no part of the model.",
        example: "ln -s /srv/shared-models shared",
        remedy: "Copy what belongs to the model into the project, or name the link in `.gitignore` if it is no part of it.",
    }
}
