package markup

import "github.com/bugferry/bugferry/pkg/bridge"

func (w *adfWriter) list(list bridge.List, place adfPlace) []adfNode {
	if !list.Ordered && place != adfQuote && plainTasks(list) {
		return []adfNode{w.taskList(list)}
	}
	node := adfNode{Type: "bulletList"}
	if list.Ordered {
		node = adfNode{Type: "orderedList", Attrs: map[string]any{"order": max(list.Start, 0)}}
	}
	for _, item := range list.Items {
		node.Content = append(node.Content, adfNode{Type: "listItem", Content: w.filled(taskText(item), adfItem)})
	}
	if len(node.Content) == 0 {
		return nil
	}
	return []adfNode{node}
}

// plainTasks says that each item has a box and is a line of words, perhaps with tasks below it: a task list of ADF holds
// no more.
func plainTasks(list bridge.List) bool {
	for _, item := range list.Items {
		if item.Box == bridge.NoBox {
			return false
		}
		for i, block := range item.Blocks {
			switch v := block.(type) {
			case bridge.Paragraph:
				if parts := splitImages(v.Content); i > 0 || len(parts) != 1 || adfPicture(parts[0][0]) != nil {
					return false
				}
			case bridge.List:
				if i == 0 || v.Ordered || !plainTasks(v) {
					return false
				}
			default:
				return false
			}
		}
	}
	return len(list.Items) > 0
}

// taskList writes items; the tasks below an item follow it as a list.
func (w *adfWriter) taskList(list bridge.List) adfNode {
	node := adfNode{Type: "taskList", Attrs: map[string]any{"localId": w.id()}}
	for _, item := range list.Items {
		state := "TODO"
		if item.Box == bridge.DoneBox {
			state = "DONE"
		}
		task := adfNode{Type: "taskItem", Attrs: map[string]any{"localId": w.id(), "state": state}}
		var below []adfNode
		for _, block := range item.Blocks {
			switch v := block.(type) {
			case bridge.Paragraph:
				task.Content = adfInlines(v.Content, true)
			case bridge.List:
				below = append(below, w.taskList(v))
			}
		}
		node.Content = append(append(node.Content, task), below...)
	}
	return node
}
