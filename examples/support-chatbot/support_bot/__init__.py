"""Support chatbot of the fictional shop Lindenhof Outdoor."""
